/** The chat sandbox (L07): three phones side by side, a clock, a switch-board of faults, and the wire. */
import { createApp } from 'vue'
import SandboxPage from './SandboxPage.vue'
import './sandbox.css'

createApp(SandboxPage).mount('#sandbox')
