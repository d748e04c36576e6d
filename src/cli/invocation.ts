import { existsSync } from "node:fs";

/** How a person at this place calls the command: a checkout has a script that also finds a Node.js new enough. */
export const CAIRN = existsSync("./cairn") && existsSync("./package.json") ? "./cairn" : "npx cairn";
