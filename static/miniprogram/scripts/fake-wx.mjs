/** As much of a WeChat phone as the built mini-program touches: modules, storage, pages, scanner. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import vm from 'node:vm'

const DEVICE = { platform: 'android', brand: 'x', model: 'y', language: 'zh_CN', SDKVersion: '3.4.0' }
const WINDOW = { statusBarHeight: 24, windowWidth: 390, pixelRatio: 2 }
const START = { path: 'pages/home/index', query: {} }
const SILENT = ['onNetworkStatusChange', 'vibrateShort', 'vibrateLong', 'showToast', 'showModal', 'makePhoneCall']

/** The `wx` object. What the program does with it is written down in `phone`. */
function fakeApi(phone) {
  const move = ({ url, success, complete }) => {
    phone.moves.push(url)
    success?.({})
    complete?.({})
  }
  return {
    ...Object.fromEntries(SILENT.map((name) => [name, () => undefined])),
    setStorageSync: (key, value) => void (phone.storage[key] = value),
    getStorageSync: (key) => phone.storage[key] ?? '',
    removeStorageSync: (key) => void delete phone.storage[key],
    getStorageInfoSync: () => ({ keys: Object.keys(phone.storage) }),
    getSystemInfoSync: () => ({ ...DEVICE, ...WINDOW }),
    getAppBaseInfo: () => DEVICE,
    getDeviceInfo: () => DEVICE,
    getWindowInfo: () => WINDOW,
    getLaunchOptionsSync: () => START,
    getEnterOptionsSync: () => START,
    canIUse: () => true,
    getLocation: ({ fail }) => fail({ errMsg: 'getLocation:fail auth deny' }),
    request(asked) {
      setTimeout(() => asked.fail?.({ errMsg: 'request:fail' }), 1)
      return { abort() {} }
    },
    scanCode: (asked) => void phone.scans.push(asked),
    navigateTo: move,
    redirectTo: move,
    reLaunch: move,
  }
}

/** One page as WeChat makes it: data, methods, and setData. */
function instance(path, options, query) {
  const page = {
    ...options.methods,
    route: path,
    is: path,
    options: query,
    __wxExparserNodeId__: '1',
    __wxWebviewId__: 1,
    data: JSON.parse(JSON.stringify(options.data ?? {})),
    properties: {},
    dataset: {},
    setData: (changed, done) => (Object.assign(page.data, changed), done?.()),
    triggerEvent() {},
    selectComponent() {},
    selectAllComponents: () => [],
    createSelectorQuery() {},
    getTabBar() {},
  }
  return page
}

/** Run built modules in `world`, each once, as `require` does. */
function loader(world) {
  const modules = new Map()
  return function load(path) {
    if (modules.has(path)) return modules.get(path).exports
    const module = { exports: {} }
    modules.set(path, module)
    const source = readFileSync(path, 'utf8')
    const run = vm.runInContext(`(function (require, module, exports) {${source}\n})`, world, { filename: path })
    run((name) => load(resolve(dirname(path), name)), module, module.exports)
    return module.exports
  }
}

/**
 * @param {string} build folder of the built mini-program
 * @param {Record<string, string>} storage what the phone has kept
 */
export function fakePhone(build, storage) {
  const phone = { storage: { ...storage }, scans: [], moves: [], faults: [] }
  const stack = []
  let app
  let registered
  const register = (options) => (registered = options)
  const world = vm.createContext({
    wx: fakeApi(phone),
    console,
    setTimeout,
    setInterval: () => 0,
    clearInterval() {},
    clearTimeout() {},
    Promise,
    App: (options) => (app = options),
    Page: register,
    Component: register,
    Behavior: (options) => options,
    getApp: () => app,
    getCurrentPages: () => stack,
  })
  world.global = world.globalThis = world
  const load = loader(world)
  const fault = (reason) => void phone.faults.push(String(reason?.stack ?? reason))
  process.on('unhandledRejection', fault)
  const step = (owner, name, argument) => {
    try {
      owner?.[name]?.call(owner.self ?? owner, argument)
    } catch (error) {
      fault(error)
    }
  }

  return Object.assign(phone, {
    top: () => stack[stack.length - 1],
    launch() {
      load(resolve(build, 'app.js'))
      if (!app) throw new Error('app.js does not call App()')
      step(app, 'onLaunch', START)
      step(app, 'onShow', START)
    },
    /** True when the file hands something to Component() or Page(). */
    registers(path) {
      registered = undefined
      load(resolve(build, `${path}.js`))
      return Boolean(registered)
    },
    open(path, query) {
      if (!this.registers(path)) throw new Error(`${path}.js registers no page`)
      const page = instance(path, registered, query)
      const life = { ...registered, ...registered.lifetimes, self: page }
      stack.push(page)
      step(life, 'created')
      step(life, 'attached')
      step(page, 'onLoad', query)
      step(page, 'onShow')
      step(life, 'ready')
      step(page, 'onReady')
    },
    quit: () => process.off('unhandledRejection', fault),
  })
}
