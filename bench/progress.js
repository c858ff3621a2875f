/** Shows how far it has come while `use` runs, where somebody watches. */
export async function withProgress(name, use) {
  const { isTTY } = process.stderr;
  const show = (text) => isTTY && process.stderr.write(`\r\u001b[K${text}`);
  try {
    return await use((done, all) => show(`${name}: ${done} of ${all}`));
  } finally {
    show('');
  }
}
