import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { hooks } from '@/api/client'
import { listLedgers } from '@/api/ledger/ledgers'
import * as door from '@/api/account/session'
import type { Ledger, Me } from '@/api/types'
import { learn } from '@/lib/moments'
import { learnKinds } from '@/lib/tasks/tasks'

/** Who is signed in, what they may open, and the dialog that asks again when the session ran out. */
export const useSession = defineStore('session', () => {
  const me = shallowRef<Me | null>(null)
  const ledgers = shallowRef<Ledger[]>([])
  const expired = ref(false)
  const asked = ref(false)
  const waiting: { resolve: () => void; reject: (reason: unknown) => void }[] = []

  const byName = computed(() => new Map(ledgers.value.map((ledger) => [ledger.name, ledger])))
  const firstLedger = computed(
    () =>
      me.value?.menu.flatMap((group) => group.items).find((item) => byName.value.has(item.ledger))?.ledger ??
      ledgers.value[0]?.name ??
      null,
  )

  /** Takes a signed-in account on. The ledgers wait until the first password is changed. */
  async function adopt(answer: Me): Promise<void> {
    learn(answer.server_time)
    learnKinds(answer.kinds)
    if (!answer.must_change_password) ledgers.value = await listLedgers()
    me.value = answer
    document.title = answer.installation
  }

  /** Looks whether this browser is signed in already; throws ApiError 401 if not. */
  async function restore(): Promise<void> {
    asked.value = true
    await adopt(await door.readSession())
  }
  /** The rest of a sign-in that asked for a second factor. */
  async function complete(answer: Me): Promise<void> {
    await adopt(answer)
    expired.value = false
    for (const one of waiting.splice(0)) one.resolve()
  }
  const signIn = async (login: string, password: string) => adopt(await door.openSession(login, password))
  const changePassword = async (current: string, next: string) => adopt(await door.changePassword(current, next))
  const acceptInvitation = async (next: string, login: string) => adopt(await door.acceptInvitation(next, login))
  const joinAccount = async (password: string) => adopt(await door.joinAccount(password))

  /** Signs in again over the open page: what waited for it is repeated. */
  async function resume(password: string): Promise<void> {
    await complete(await door.openSession(me.value!.account.login, password))
  }

  async function signOut(): Promise<void> {
    await door.closeSession().catch(() => {})
    forget()
  }

  /** Nobody used it for as long as the installation allows: the session ends, the page stays as it is. */
  async function endIdle(): Promise<void> {
    expired.value = true
    await door.closeSession().catch(() => {})
  }

  function forget(): void {
    me.value = null
    ledgers.value = []
    expired.value = false
    for (const one of waiting.splice(0)) one.reject(new Error('signed out'))
  }

  hooks.time = (iso) => learn(iso)
  hooks.mustChange = () => {
    if (me.value && !me.value.must_change_password) me.value = { ...me.value, must_change_password: true }
  }
  hooks.signInAgain = () => {
    if (!me.value) return Promise.reject(new Error('not signed in'))
    expired.value = true
    return new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }))
  }

  return {
    me,
    ledgers,
    expired,
    asked,
    byName,
    firstLedger,
    restore,
    signIn,
    complete,
    changePassword,
    acceptInvitation,
    joinAccount,
    resume,
    signOut,
    endIdle,
    forget,
  }
})
