/** Calls the command line in a checkout: a script of package.json, which builds first if anything has changed. */
export const CHECKOUT_COMMAND = 'npm run --silent flightwatch --';

/** Where that command works, for readers who are elsewhere. */
export const IN_CHECKOUT = 'in a checkout of Flightwatch';

/** Calls it where the package is installed. */
export const PACKAGE_COMMAND = 'npx flightwatch';
