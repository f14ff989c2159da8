import { createRequire } from 'node:module';
import { buildSync } from 'esbuild';

/** Loads a package that ships as ES modules only, with all its dependencies, which Jest would have to transform. */
export function loadEsModule(name: string): object {
  const built = buildSync({ entryPoints: [name], bundle: true, platform: 'node', format: 'cjs', write: false });
  const module = { exports: {} };
  new Function('module', 'require', built.outputFiles[0]?.text ?? '')(module, createRequire(__filename));
  return module.exports;
}
