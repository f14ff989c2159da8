import fc from 'fast-check';
import { describePlay, findBrokenPromises } from '../support/hostile-checks';
import { anyStory, type Story } from '../support/hostile-story';
import { playStory } from '../support/hostile-world';
import { tries } from '../support/thorough';

/*
 * Random stories, held against a model: test/support/hostile-model.ts says which outcome is true, hostile-checks.ts
 * what else is promised. More of them:
 *
 *   FLIGHTWATCH_RUNS=20000 npx jest test/hostile/stories.test.ts
 *
 * A failure prints the story. To play it again, as it is or changed by hand:
 *
 *   FLIGHTWATCH_STORY='{"timeoutMinutes":...}' npx jest test/hostile/stories.test.ts
 *
 * or, to shrink it again after a change of the generator: FLIGHTWATCH_SEED=<seed> FLIGHTWATCH_PATH=<path>.
 */
const { FLIGHTWATCH_RUNS, FLIGHTWATCH_PATH, FLIGHTWATCH_STORY } = process.env;
const numRuns = Number(FLIGHTWATCH_RUNS ?? tries(75, 1000).numRuns);
const replay = FLIGHTWATCH_PATH === undefined ? {} : { path: FLIGHTWATCH_PATH };

if (FLIGHTWATCH_STORY === undefined) {
  test(
    'whatever happens, a watch tells once what is true, in time, and keeps the key to itself',
    async () => {
      const result = await fc.check(fc.asyncProperty(anyStory, keepsItsPromises), { numRuns, ...replay });

      if (result.failed) throw new Error(await explain(result));
    },
    60_000 + numRuns * 200,
  );
} else {
  test('the story in FLIGHTWATCH_STORY', async () => {
    const played = await playStory(JSON.parse(FLIGHTWATCH_STORY) as Story);

    process.stdout.write(`${JSON.stringify(describePlay(played), null, 2)}\n`);
    expect(findBrokenPromises(played)).toEqual([]);
  });
}

async function keepsItsPromises(story: Story): Promise<boolean> {
  return findBrokenPromises(await playStory(story)).length === 0;
}

async function explain({ counterexample, seed, counterexamplePath }: fc.RunDetails<[Story]>): Promise<string> {
  const [story] = counterexample as [Story];
  const broken = await playStory(story).then(findBrokenPromises, (error: Error) => [error.stack ?? String(error)]);
  return [
    `A watch broke its promises (FLIGHTWATCH_SEED=${seed} FLIGHTWATCH_PATH=${counterexamplePath}):`,
    ...broken.map((sentence) => `- ${sentence}`),
    `FLIGHTWATCH_STORY='${JSON.stringify(story)}'`,
  ].join('\n');
}
