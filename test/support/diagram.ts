import { IN_PROGRESS } from '../../lib/contract/outcomes';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly StringEquals: string; readonly Next: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
}

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

type Edge = readonly [to: string, label?: string];

/** The end of an execution, in Mermaid. */
const END = '[*]';

/** A state machine as a Mermaid diagram, with its error paths. */
export function drawStateMachine({ StartAt, States }: Definition): string {
  const names = Object.keys(States);
  const id = (name: string) => (name === END ? END : `s${names.indexOf(name)}`);
  const states = names.map((name) => `  state "${name}" as ${id(name)}`);
  const edges = Object.entries(States).flatMap(([name, state]) =>
    edgesOf(state).map(([to, label]) => `  ${id(name)} --> ${id(to)}${label ? `: ${label}` : ''}`),
  );
  return mermaid(['stateDiagram-v2', ...states, `  ${END} --> ${id(StartAt)}`, ...edges]);
}

function edgesOf({ Type, Choices = [], Default, Next, Catch = [] }: State): readonly Edge[] {
  return [
    ...Choices.map((choice): Edge => [choice.Next, choice.StringEquals]),
    ...(Default ? [[Default, 'anything else'] as const] : []),
    ...(Next ? [[Next] as const] : []),
    ...(Type === 'Succeed' || Type === 'Fail' ? [[END] as const] : []),
    ...Catch.filter((catcher) => catcher.Next !== Next).map((catcher): Edge => [catcher.Next, 'error']),
  ];
}

const HAPPY_CHOICES: readonly string[] = [IN_PROGRESS, 'SUCCEEDED'];

/** The part of the watch state machine that the watch of a successful deployment runs through. */
export function happyPathOf({ StartAt, States }: Definition): Definition {
  const reached = new Map<string, State>();
  const visit = (name: string): void => {
    const state = States[name];
    if (state === undefined || reached.has(name)) return;
    const happyState = withoutUnhappyEdges(state);
    reached.set(name, happyState);
    for (const [to] of edgesOf(happyState)) visit(to);
  };
  visit(StartAt);
  return { StartAt, States: Object.fromEntries(reached) };
}

function withoutUnhappyEdges({ Type, Next, Choices }: State): State {
  const happyChoices = Choices?.filter(({ StringEquals }) => HAPPY_CHOICES.includes(StringEquals));
  return { Type, ...(Next !== undefined && { Next }), ...(happyChoices && { Choices: happyChoices }) };
}

/** As much of `biome.layout.json` as is read here. */
export interface Layout {
  readonly overrides: readonly {
    readonly includes: readonly string[];
    readonly linter: { readonly rules: { readonly style: { readonly noRestrictedImports?: RestrictedImports } } };
  }[];
}

interface RestrictedImports {
  readonly options: { readonly patterns: readonly { readonly group: readonly string[] }[] };
}

/** The folders whose imports lint restricts, with what each may import of ours; without `lib/text` and `lib/objects`. */
export function readImports({ overrides }: Layout): ReadonlyMap<string, readonly string[]> {
  const imports = overrides.flatMap(({ includes, linter }): [string, string[]][] => {
    const [, folder] = /^(lib\/\w+|lambda|bin)\/\*\*$/.exec(includes[0] ?? '') ?? [];
    const [pattern] = linter.rules.style.noRestrictedImports?.options.patterns ?? [];
    return folder === undefined || pattern === undefined ? [] : [[folder, pattern.group.flatMap(allowedBy).toSorted()]];
  });
  return new Map(imports);
}

/** `!../{contract,watch}/*` allows `lib/contract` and `lib/watch`; from outside of lib it is `!../lib/...`. */
function allowedBy(pattern: string): string[] {
  const [, path = ''] = /^!\.\.\/(?:\.\.\/|lib\/)?(.+?)(?:\/\*)?$/.exec(pattern) ?? [];
  const [, before = '', names = path] = /^(.*)\{(.+)\}$/.exec(path) ?? [];
  const allowed = names.split(',').map((name) => before + name);
  return allowed.filter((name) => !['', 'text', 'objects', 'package.json'].includes(name)).map((name) => `lib/${name}`);
}

/** Folders and what each may import, as a Mermaid diagram; without the arrows that follow from others. */
export function drawLayers(imports: ReadonlyMap<string, readonly string[]>): string {
  const folders = [...imports.keys()];
  const importsOf = (folder: string) =>
    folders.filter((other) => imports.get(folder)?.some((path) => `${path}/`.startsWith(`${other}/`)));
  const reachableFrom = (folder: string): string[] =>
    importsOf(folder).flatMap((other) => [other, ...reachableFrom(other)]);
  const id = (folder: string) => `f${folders.indexOf(folder)}`;
  const arrows = folders.flatMap((from) => {
    const indirect = importsOf(from).flatMap(reachableFrom);
    const direct = importsOf(from).filter((to) => !indirect.includes(to));
    return direct.map((to) => `  ${id(from)} --> ${id(to)}`);
  });
  return mermaid(['flowchart TB', ...folders.map((folder) => `  ${id(folder)}["${folder}"]`), ...arrows]);
}

function mermaid(lines: readonly string[]): string {
  return ['```mermaid', ...lines, '```'].join('\n');
}
