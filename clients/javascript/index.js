// Jest loads packages by `require`, so the code is CommonJS; this is the door for `import`.
import foilmock from "./index.cjs";

export const { startFoilmock, ControlError } = foilmock;
