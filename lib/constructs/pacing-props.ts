import { Duration } from 'aws-cdk-lib';
import { withoutUndefined } from '../objects';
import { DEFAULT_PACING, MAX_LINGER_SECONDS, type Pacing } from '../watch/pacing';

/** How often the API is asked in each phase, in whole seconds of at least 1, and how long one function call stays. */
export interface PacingProps {
  /** While the deployment waits for another one. @default Duration.seconds(20) */
  readonly pending?: Duration;
  /** While the build is prepared. @default Duration.seconds(5) */
  readonly preparing?: Duration;
  /** While services build. @default Duration.seconds(15) */
  readonly building?: Duration;
  /** While services deploy, or their resources are made. @default Duration.seconds(5) */
  readonly deploying?: Duration;
  /** How long one function call goes on asking while nothing changes, up to 4 minutes. @default Duration.minutes(2) */
  readonly linger?: Duration;
}

/** @throws Error that names the prop, what is allowed and what was given. */
export function readPacingProps(props: PacingProps = {}): Pacing {
  return {
    pendingSeconds: read('pending', props.pending, 1, 3600) ?? DEFAULT_PACING.pendingSeconds,
    preparingSeconds: read('preparing', props.preparing, 1, 3600) ?? DEFAULT_PACING.preparingSeconds,
    buildingSeconds: read('building', props.building, 1, 3600) ?? DEFAULT_PACING.buildingSeconds,
    deployingSeconds: read('deploying', props.deploying, 1, 3600) ?? DEFAULT_PACING.deployingSeconds,
    lingerSeconds: read('linger', props.linger, 0, MAX_LINGER_SECONDS) ?? DEFAULT_PACING.lingerSeconds,
  };
}

function read(name: string, duration: Duration | undefined, least: number, most: number): number | undefined {
  if (duration === undefined) return undefined;
  const seconds = duration.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds;
  throw new Error(`pacing.${name} must be whole seconds, ${least} to ${most}, got ${duration.toHumanString()}`);
}

/** From the settings, which are numbers of seconds. */
export function toPacingProps(pacing: Partial<Pacing>): PacingProps {
  const duration = (seconds: number | undefined) => (seconds === undefined ? undefined : Duration.seconds(seconds));
  const props = {
    pending: duration(pacing.pendingSeconds),
    preparing: duration(pacing.preparingSeconds),
    building: duration(pacing.buildingSeconds),
    deploying: duration(pacing.deployingSeconds),
    linger: duration(pacing.lingerSeconds),
  };
  return withoutUndefined(props);
}
