/** A page of another system, opened by the container that one is in. */

/** Open a web address; whatever is none is not opened. A mini-program may open no foreign page: there it is copied. */
export function openOutside(address: string): void {
  if (!/^https?:\/\//.test(address)) return
  // #ifdef H5
  window.open(address, '_blank', 'noopener')
  // #endif
  // #ifndef H5
  uni.setClipboardData({
    data: address,
    success: () => uni.showToast({ title: '网址已复制，请在浏览器里打开', icon: 'none' }),
  })
  // #endif
}
