// Keys of the player: they count while the picture or the player has the focus, but for what a control
// there does with them itself.

const TYPED = "input, select, textarea, [contenteditable]";

// `held` is the handle, whose arrows move the start.
export function listen(places, held, player) {
  const keys = { " ": () => player.toggle(), ArrowLeft: () => player.step(-1), ArrowRight: () => player.step(1), Home: () => player.pause(0), End: () => player.toEnd() };
  const own = (target, key) => {
    if (target === held) return key.startsWith("Arrow");
    if (target.matches("button")) return key === " ";
    return target.matches("[type=range]") ? key !== " " : target.matches(TYPED);
  };
  for (const place of places) {
    place.addEventListener("keydown", (event) => {
      const { target, key, repeat } = event;
      if (!keys[key] || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || own(target, key)) return;
      event.preventDefault();
      if (!(repeat && key === " ")) keys[key]();
    });
  }
}
