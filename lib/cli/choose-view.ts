import { LiveView } from './live-view';
import type { Terminal } from './terminal';
import { JsonView, LinesView, type View } from './views';

export function chooseView(deploymentId: string, json: boolean | undefined, terminal: Terminal): View {
  if (json) return new JsonView(terminal);
  const { screen } = terminal;
  return screen === undefined ? new LinesView(terminal) : new LiveView(deploymentId, screen, terminal);
}
