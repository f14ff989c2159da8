import fc from 'fast-check';

// Every property tries the cases of this seed. .ci/run sets it, so that the same content tries the same cases again.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.FLIGHTWATCH_SEED) });
