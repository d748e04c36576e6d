// Fails at once, with one clear line, when the Node.js that runs is too old. Plain JavaScript that any Node.js parses.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  console.error(
    `NODE_TOO_OLD: Cairn needs Node.js >= 22.13, this is ${process.versions.node}. ` +
      "Run it as: npx -y -p node@24 -c 'npm install && npm start'",
  );
  process.exit(1);
}
