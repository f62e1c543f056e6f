"use strict";

const { startFoilmock } = require("./lib/server.cjs");
const { ControlError } = require("./lib/control.cjs");

module.exports = { startFoilmock, ControlError };
