"use strict";

const { startFoilmock } = require("./index.cjs");

/**
 * For `globalSetup` of jest and vitest: one server for all test files, whose `startFoilmock()` finds it by these variables.
 * It ends with the process of the runner, so there is nothing to tear down.
 */
module.exports = async function foilmockGlobalSetup() {
  const server = await startFoilmock();
  Object.assign(process.env, {
    FOILMOCK_CONTROL_URL: server.controlUrl,
    FOILMOCK_CONTROL_TOKEN: server.controlToken,
    FOILENGINE_BASE_URL: server.baseUrl,
    FOILENGINE_API_KEY: server.apiKey,
  });
};
