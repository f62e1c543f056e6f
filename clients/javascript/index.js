// Jest loads packages by `require`, so the code is CommonJS. `import` loads this file.
import foilmock from "./index.cjs";

export const { startFoilmock, ControlError } = foilmock;
