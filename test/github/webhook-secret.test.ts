import { createWebhookSecret } from '../../lib/github/webhook-secret';

test('secrets have 64 letters and digits, are all different, and every character occurs about as often', () => {
  const secrets = Array.from({ length: 500 }, createWebhookSecret);

  for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z\d]{64}$/);
  expect(new Set(secrets).size).toBe(500);
  const counts = Object.values(Object.groupBy(secrets.join(''), (character) => character)).map(
    (found) => found?.length,
  );
  expect(counts).toHaveLength(62);
  // 516 on average, with a standard deviation of 23.
  expect(Math.min(...counts.map(Number))).toBeGreaterThan(350);
  expect(Math.max(...counts.map(Number))).toBeLessThan(700);
});
