import { createRouter, createWebHistory, type LocationQuery, type RouteLocationRaw } from 'vue-router'
import { ApiError } from '@/api/errors'
import { APPROVALS } from '@/lib/tasks/tasks'
import { useSession } from '@/stores/session'

/** Addresses of before: what waits for me, and what I decided, are tasks like all others. */
function oldApprovals(query: LocationQuery): RouteLocationRaw | true {
  if (query.box === 'started' || query.box === 'all') return true
  if (typeof query.row === 'string') return { name: 'case', params: { id: query.row } }
  return { name: 'tasks', query: query.box === 'done' ? { box: 'done' } : { kind: APPROVALS } }
}

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    { path: '/', name: 'home', component: () => import('@/views/HomeView.vue') },
    { path: '/sign-in', name: 'sign-in', component: () => import('@/views/SignInView.vue'), meta: { open: true } },
    { path: '/password', name: 'password', component: () => import('@/views/PasswordView.vue'), meta: { open: true } },
    { path: '/ledgers/:ledger', name: 'ledger', component: () => import('@/views/LedgerView.vue'), props: true },
    // As the server links a row of a ledger: the list with the row open.
    {
      path: '/ledgers/:ledger/:row',
      redirect: (to) => ({ name: 'ledger', params: { ledger: to.params.ledger }, query: { row: to.params.row } }),
    },
    { path: '/views/:view', name: 'view', component: () => import('@/views/BesideView.vue'), props: true },
    { path: '/board/:name?', name: 'board', component: () => import('@/views/BoardView.vue'), props: true },
    { path: '/my-work', name: 'my-work', component: () => import('@/views/MyWorkView.vue') },
    { path: '/tasks', name: 'tasks', component: () => import('@/views/TasksView.vue') },
    {
      path: '/approvals',
      name: 'approvals',
      component: () => import('@/views/ApprovalsView.vue'),
      beforeEnter: ({ query }) => oldApprovals(query),
    },
    { path: '/cases/:id', name: 'case', component: () => import('@/views/CaseView.vue'), props: true },
    { path: '/given/:id', name: 'given', component: () => import('@/views/GivenView.vue'), props: true },
    { path: '/flows/:id', name: 'flow', component: () => import('@/views/FlowView.vue'), props: true },
    { path: '/grid', name: 'grid', component: () => import('@/views/GridView.vue') },
    { path: '/post-matrix', redirect: { name: 'view', params: { view: 'post-matrix' } } },
    { path: '/accidents/:id', name: 'accident', component: () => import('@/views/AccidentView.vue'), props: true },
    { path: '/reach', name: 'reach', component: () => import('@/views/ReachView.vue') },
    { path: '/rules/:name?', name: 'rules', component: () => import('@/views/RulesView.vue'), props: true },
    { path: '/bulk', name: 'bulk', component: () => import('@/views/BulkView.vue') },
    { path: '/settings', name: 'settings', component: () => import('@/views/SettingsView.vue') },
    { path: '/account', name: 'account', component: () => import('@/views/AccountView.vue') },
    { path: '/messages', name: 'messages', component: () => import('@/views/MessagesView.vue') },
    { path: '/:rest(.*)*', name: 'missing', component: () => import('@/views/MissingView.vue') },
  ],
})

router.beforeEach(async (to) => {
  const session = useSession()
  if (!session.me && to.name !== 'sign-in') {
    try {
      await session.restore()
    } catch (thrown) {
      const lost = thrown instanceof ApiError && thrown.status !== 401
      return {
        name: 'sign-in',
        query: { ...(to.fullPath !== '/' && { next: to.fullPath }), ...(lost && { lost: '1' }) },
      }
    }
  }
  if (session.me?.must_change_password && to.name !== 'password') return { name: 'password' }
  return true
})
