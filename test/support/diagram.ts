interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly StringEquals: string; readonly Next: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
}

/** The state machine as a Mermaid diagram; what is caught is drawn, too. */
export function drawStateMachine(definition: { StartAt: string; States: Record<string, State> }): string {
  const names = Object.keys(definition.States);
  const id = (name: string) => `s${names.indexOf(name)}`;
  const states = names.map((name) => `  state "${name}" as ${id(name)}`);
  const edges = Object.entries(definition.States).flatMap(([name, state]) =>
    edgesOf(state).map(([to, label]) => `  ${id(name)} --> ${to === '[*]' ? to : id(to)}${label ? `: ${label}` : ''}`),
  );
  return ['```mermaid', 'stateDiagram-v2', ...states, `  [*] --> ${id(definition.StartAt)}`, ...edges, '```'].join(
    '\n',
  );
}

function edgesOf(state: State): [to: string, label?: string][] {
  const { Choices = [], Default, Next, Catch = [] } = state;
  return [
    ...Choices.map((choice): [string, string] => [choice.Next, choice.StringEquals]),
    ...(Default ? [[Default, 'anything else'] as [string, string]] : []),
    ...(Next ? [[Next] as [string]] : []),
    ...(state.Type === 'Succeed' || state.Type === 'Fail' ? [['[*]'] as [string]] : []),
    ...Catch.map((catcher): [string, string] => [catcher.Next, 'error']),
  ];
}
