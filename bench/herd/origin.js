/** The origin of the example, in a process of its own. */
import { startOrigin } from '../../build/examples/digest-gateway/origin.js';

const origin = await startOrigin(process.argv[2]);
process.on('message', () => process.send({ runs: origin.runs }));
process.send({ url: origin.url.href });
