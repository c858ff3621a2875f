import type { Hours, Person, Project } from './api.js';

/** What the server knows when it starts. */
export const people: readonly Person[] = [
  { id: 1, name: 'Ada Okafor', role: 'Lead', status: 'Reviewing the autumn plan' },
  { id: 2, name: 'Bruno Keller', role: 'Back end', status: 'Moving the queue' },
  { id: 3, name: 'Chiara Rossi', role: 'Front end', status: 'At the type scale' },
  { id: 4, name: 'Dmitri Volkov', role: 'Data', status: 'Counting twice' },
  { id: 5, name: 'Esme Laurent', role: 'Design', status: 'Drawing the empty states' },
  { id: 6, name: 'Farid Aziz', role: 'Back end', status: 'On call this week' },
  { id: 7, name: 'Greta Lind', role: 'Quality', status: 'Breaking the import' },
  { id: 8, name: 'Hiro Tanaka', role: 'Front end', status: 'Back on Monday' },
];

export const projects: readonly Project[] = [
  { id: 1, name: 'Atlas' },
  { id: 2, name: 'Harbour' },
  { id: 3, name: 'Meridian' },
];

export const hours: Hours = { 2: 11, 4: 6, 6: 38 };
