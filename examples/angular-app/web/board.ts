export interface Task {
  readonly title: string;
  readonly project: number;
  readonly assignee: number;
}

export interface Comment {
  readonly author: number;
  readonly at: string;
  readonly text: string;
}

export const me = 1;

export const team: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8];

export const onCall: readonly number[] = [6, 2, 4];

export const tasks: readonly Task[] = [
  { title: 'Import the old archive', project: 1, assignee: 2 },
  { title: 'Agree on the retention period', project: 1, assignee: 1 },
  { title: 'Count what the archive lost', project: 1, assignee: 4 },
  { title: 'A queue that survives a restart', project: 2, assignee: 2 },
  { title: 'Alert before the disk is full', project: 2, assignee: 6 },
  { title: 'Break the import on purpose', project: 2, assignee: 7 },
  { title: 'An empty state for search', project: 3, assignee: 5 },
  { title: 'One type scale for every page', project: 3, assignee: 3 },
  { title: 'Try the page with a keyboard', project: 3, assignee: 3 },
];

export const comments: readonly Comment[] = [
  { author: 7, at: '09:12', text: 'The import stops at row 40,000, every time.' },
  { author: 2, at: '09:20', text: 'A time limit, I think. I will look at the queue first.' },
  { author: 4, at: '09:31', text: 'Rows 40,000 to 40,200 are there twice.' },
  { author: 2, at: '09:34', text: 'Then it is the retry. It reads again what it has read.' },
  { author: 7, at: '09:41', text: 'That fits: a smaller file passes.' },
  { author: 1, at: '09:55', text: 'Let us fix the retry before Thursday, and keep the limit.' },
  { author: 2, at: '10:02', text: 'Done by noon.' },
  { author: 7, at: '10:03', text: 'I keep the file to check with.' },
];
