import { Duration } from 'aws-cdk-lib';
import { DEFAULT_PACING, type Pacing } from '../contract/pacing';

/**
 * How often the API is asked in each phase of a deployment, in whole seconds, 1 second to 1 hour. The defaults are measured:
 * see docs/performance.md.
 */
export interface PacingProps {
  /**
   * The time between looks while the deployment waits for another one.
   *
   * @default Duration.seconds(20)
   */
  readonly pending?: Duration;
  /**
   * The time between looks while the build is prepared.
   *
   * @default Duration.seconds(5)
   */
  readonly preparing?: Duration;
  /**
   * The time between looks while services build.
   *
   * @default Duration.seconds(15)
   */
  readonly building?: Duration;
  /**
   * The time between looks while services deploy, or their resources are created.
   *
   * @default Duration.seconds(5)
   */
  readonly deploying?: Duration;
  /**
   * How long one call of the poll function goes on looking while nothing changes, 0 to 4 minutes. It cannot be a token: the
   * time-outs and retries are calculated from it.
   *
   * @default Duration.minutes(2)
   */
  readonly linger?: Duration;
}

export const SETTING_OF_PROP = {
  pending: 'pendingSeconds',
  preparing: 'preparingSeconds',
  building: 'buildingSeconds',
  deploying: 'deployingSeconds',
  linger: 'lingerSeconds',
} as const satisfies Record<keyof PacingProps, keyof Pacing>;

const PROPS = Object.entries(SETTING_OF_PROP) as [keyof PacingProps, keyof Pacing][];

/** @param props have been checked */
export function readPacingProps(props: PacingProps = {}): Pacing {
  const given = PROPS.flatMap(([prop, setting]) => {
    const duration = props[prop];
    return duration === undefined ? [] : [[setting, duration.toSeconds()]];
  });
  return { ...DEFAULT_PACING, ...Object.fromEntries(given) };
}

/** From the settings, which are numbers of seconds. */
export function toPacingProps(pacing: Partial<Pacing>): PacingProps {
  const given = PROPS.flatMap(([prop, setting]) => {
    const seconds = pacing[setting];
    return seconds === undefined ? [] : [[prop, Duration.seconds(seconds)]];
  });
  return Object.fromEntries(given);
}
