/**
 * Starts the demonstration as the README says (`npm start`: build and all), and walks through the case
 * by the README's own commands. Fails when a command does, or when something else comes out.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startDemonstration } from './readme/demonstration.ts';
import { walk } from './readme/walk.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const demonstration = await startDemonstration(['npm', 'start'], root);
try {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const { steps, wrong } = await walk(readme, demonstration.url);
  for (const { said, came } of wrong) {
    console.error(`The README says:\n${said.join('\n')}\nWhat came:\n${came.join('\n')}\n`);
  }
  if (wrong.length > 0) process.exitCode = 1;
  else console.log(`The README's walk: ${steps} steps, each as it says.`);
} finally {
  await demonstration.end();
}
