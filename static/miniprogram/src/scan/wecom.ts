/**
 * WeCom's scanner: its SDK, which calls nothing before our server has signed this very page (L01, Q07).
 *
 * The SDK is a file of its own beside the client, loaded inside WeCom only: nobody else carries its weight.
 */

export interface Signed {
  appId: string
  timestamp: number
  nonceStr: string
  signature: string
}

export interface Sdk {
  register: (options: {
    corpId: string
    jsApiList: string[]
    getConfigSignature: (url: string) => Promise<Signed>
    onConfigSuccess: () => void
    onConfigFail: () => void
  }) => void
}

/** What it needs from where it runs. */
export interface Place {
  /** Our app in WeCom, as the server names it; empty when the client was not opened through it. */
  app: string
  /** The page's address, without what follows a #: that is what is signed. */
  url: string
  /** Ask the server for a page's signature. */
  sign: (app: string, url: string) => Promise<Signed>
  /** Load the SDK; gives its entry. */
  load: () => Promise<Sdk>
}

const WITHIN = 4_000

/** True once WeCom's scanner can be called. Never throws, and never takes longer than a few seconds. */
export async function prepareWecom(place: Place): Promise<boolean> {
  if (!place.app) return false
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), WITHIN))
  return Promise.race([register(place).catch(() => false), late])
}

async function register({ app, url, sign, load }: Place): Promise<boolean> {
  const [first, sdk] = await Promise.all([sign(app, url), load()])
  // WeCom checks the signature at once, so a refusal shows before the person waits for a scanner.
  return new Promise((resolve) =>
    sdk.register({
      corpId: first.appId,
      jsApiList: ['scanQRCode'],
      getConfigSignature: async (wanted) => (wanted === url ? first : sign(app, wanted)),
      onConfigSuccess: () => resolve(true),
      onConfigFail: () => resolve(false),
    }),
  )
}
