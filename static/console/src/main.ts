import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { closeTop, vLayer, vSends } from './lib/page/layer'
import { guardForms } from './lib/page/leaving'
import { guardPopups } from './lib/page/popups'
import { router } from './router'
import 'tdesign-vue-next/es/style/index.css'
import './styles/theme.css'
import './styles/page.css'

guardPopups()
window.addEventListener('keydown', closeTop, true) // what a box has opened comes first
guardForms(router)
createApp(App).use(createPinia()).use(router).directive('layer', vLayer).directive('sends', vSends).mount('#app')
