const { startFoilmock } = require("foilmock");

let sandbox;
beforeEach(async () => {
  const server = await startFoilmock();
  const { testPath, currentTestName } = expect.getState();
  sandbox = await server.testSandbox(`${testPath}: ${currentTestName}`);
});

test("the list of personas is asked for once", async () => {
  const answer = await fetch(`${sandbox.baseUrl}/api/v1/sdk/personas`, { headers: { "X-API-Key": sandbox.key } });
  const names = (await answer.json()).map((persona) => persona.name);
  expect(names).toContain("Grumpy Barista");
  await sandbox.verify(1, { route: "GET /api/v1/sdk/personas" });
});
