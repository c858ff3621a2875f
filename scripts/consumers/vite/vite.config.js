export default {
  // The service worker is an entry of its own, with a name that stays.
  build: { rolldownOptions: { input: ['index.html', 'worker.js'], output: { entryFileNames: '[name].js' } } },
};
