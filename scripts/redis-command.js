import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect } from 'node:net';

/** Asks a server on this machine one thing, by a connection of its own and no client, and returns the reply; an error reply rejects. */
export async function redisCommand(port, ...words) {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`);
    let text = '';
    socket.setEncoding('latin1');
    for (;;) {
      const reply = read(text, 0);
      if (reply?.value instanceof Error) throw reply.value;
      if (reply !== undefined) return reply.value;
      const [piece] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      if (typeof piece !== 'string') throw new Error(`The server hung up on ${words[0]}.`);
      text += piece;
    }
  } finally {
    socket.destroy();
  }
}

/** The reply that begins at a place of the text, and where it ends; undefined until it is complete. */
function read(text, start) {
  const lineEnd = text.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const line = text.slice(start + 1, lineEnd);
  let end = lineEnd + 2;
  switch (text[start]) {
    case '-':
      return { value: new Error(line), end };
    case ':':
      return { value: Number(line), end };
    case '$': {
      const length = Number(line);
      if (length < 0) return { value: null, end };
      const whole = end + length + 2;
      return text.length < whole
        ? undefined
        : { value: Buffer.from(text.slice(end, end + length), 'latin1').toString(), end: whole };
    }
    case '*': {
      const items = [];
      while (items.length < Number(line)) {
        const item = read(text, end);
        if (item === undefined) return undefined;
        items.push(item.value);
        end = item.end;
      }
      return { value: items, end };
    }
    default:
      return { value: line, end };
  }
}
