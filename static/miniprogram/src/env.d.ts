/// <reference types="vite/client" />

declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}

interface ImportMetaEnv {
  /**
   * Address of the server, e.g. https://safety.example.cn; needed by the mini-program, which has no origin of its own.
   */
  readonly VITE_ANBAN_ORIGIN?: string
}
