import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { vLayer } from './lib/layer'
import { guardPopups } from './lib/popups'
import { router } from './router'
import 'tdesign-vue-next/es/style/index.css'
import './styles/theme.css'
import './styles/page.css'

guardPopups()
createApp(App).use(createPinia()).use(router).directive('layer', vLayer).mount('#app')
