// One JSON request a line in, one JSON answer a line out; what is asked is a function of Tencent's package.
const { createInterface } = require('node:readline')
const peer = require('@wecom/crypto')

const does = {
  sign: ({ token, timestamp, nonce, encrypted }) => peer.getSignature(token, timestamp, nonce, encrypted),
  encrypt: ({ key, text, id }) => peer.encrypt(key, text, id),
  decrypt: ({ key, encrypted }) => {
    const { message, id } = peer.decrypt(key, encrypted)
    return { message, id }
  },
  jsapi: (options) => peer.getJsApiSignature(options).signature,
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { does: name, ...rest } = JSON.parse(line)
  process.stdout.write(`${JSON.stringify(does[name](rest))}\n`)
})
