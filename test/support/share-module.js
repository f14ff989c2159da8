/**
 * A transform of Jest that loads a module by Node.js itself: once for all files of tests that a worker runs. Jest would
 * load it anew for each, which for aws-cdk-lib takes seconds. For packages that keep nothing from one app to the next,
 * read no environment variable that a test sets, and make nothing that a test compares by its class. After a change
 * here: `npx jest --clearCache`.
 */
module.exports = {
  process: () => ({
    code: "module.exports = new (require('node:module'))(__filename).require(__filename);",
  }),
};
