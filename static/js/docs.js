// Interactive API documentation: Swagger UI over this process's own OpenAPI document.

const main = document.getElementById("main");

window.SwaggerUIBundle({
  url: main.dataset.openapi,
  domNode: main,
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null, // no request leaves the machine
});
