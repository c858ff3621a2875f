import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isBroken, reached } from './goals.js';
import { measureHerd } from './herd/herd.js';
import { installPeers } from './install.js';
import { measure } from './measure.js';
import { HELP, readOptions } from './options.js';
import { withProgress } from './progress.js';
import { questions, questionsNamed } from './questions.js';
import { answerTable, goalTable, herdTable, herdTitle, lackTable } from './tables.js';

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
  } else if (options.list) {
    console.log(
      [...questions, { name: 'herd', title: herdTitle }].map(({ name, title }) => `${name}: ${title}`).join('\n'),
    );
  } else {
    await run(options);
  }
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}

async function run({ words, rounds, json, check }) {
  const asked = questionsNamed(words);
  const herd = words.length === 0 || words.some((word) => 'herd'.includes(word));
  if (asked.length === 0 && !herd) {
    throw new Error(`there is no question named ${words.join(' or ')}; --list names them all`);
  }
  installPeers();
  const answers = new Map();
  await askAll(asked, rounds, answers);

  const herds = herd ? await withProgress('herd', measureHerd) : undefined;
  if (herds) {
    console.log(herdTable(herds));
  }
  if (asked.length > 0) console.log(`\nWhat the others lack\n${lackTable(asked)}`);

  let goals = reached(answers);
  const doubtful = goals.filter(isBroken).map(({ question }) => question);
  if (check && doubtful.length > 0) {
    console.log(`\nOnce more, to be sure: ${[...new Set(doubtful)].join(', ')}`);
    const again = new Map();
    await askAll(
      questions.filter(({ name }) => doubtful.includes(name)),
      rounds,
      again,
    );
    const second = new Map(reached(again).map((goal) => [goal.goal, goal]));
    goals = goals.map((goal) => (isBroken(goal) ? second.get(goal.goal) : goal));
  }
  if (goals.length > 0) {
    console.log(`\nGoals\n${goalTable(goals)}`);
  }
  if (json !== undefined) {
    // npm runs scripts in the folder of the package, and names the folder that the user is in.
    const path = resolve(process.env.INIT_CWD ?? '', json);
    writeFileSync(path, `${JSON.stringify({ goals, answers: Object.fromEntries(answers), herds })}\n`);
  }
  if (check && goals.some(isBroken)) {
    process.exitCode = 1;
  }
}

async function askAll(asked, rounds, answers) {
  for (const [i, question] of asked.entries()) {
    const name = `${i + 1} of ${asked.length}, ${question.name}`;
    const rows = await withProgress(name, (onSample) => measure(question, rounds, onSample));
    answers.set(question.name, rows);
    console.log(answerTable(question, rows));
  }
}
