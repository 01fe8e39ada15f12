// The page of a wrong address: its language and its colours.

import { head } from "./head.js";

head();
