/**
 * The browser's own boxes for a day, a time of day, and one of several: reached by Tab, changed by keys, told by a
 * screen reader, and drawn as wheels by a phone. The framework's wheels on the web can be moved by a finger alone.
 */

// #ifdef H5
import { defineComponent, h, ref, watch } from 'vue'

const UNCHOSEN = ''

/**
 * A day (`2026-11-30`) or a time of day (`08:05`); `free` may be emptied. What is half typed or out of bounds is
 * told to nobody, and goes with the focus.
 */
export const NativeMoment = defineComponent({
  props: {
    type: { type: String, required: true },
    value: { type: String, required: true },
    min: { type: String, default: undefined },
    max: { type: String, default: undefined },
    free: Boolean,
  },
  emits: { change: (value: string) => typeof value === 'string' },
  setup(props, { emit }) {
    const typed = ref(props.value)
    watch(
      () => props.value,
      (to) => (typed.value = to),
    )
    function take(event: Event) {
      const box = event.target as HTMLInputElement
      typed.value = box.value
      if (box.validity.valid && (box.value || props.free) && box.value !== props.value) emit('change', box.value)
    }
    function leave(event: Event) {
      typed.value = props.value
      ;(event.target as HTMLInputElement).value = props.value
    }
    return () =>
      h('input', {
        type: props.type,
        value: typed.value,
        min: props.min,
        max: props.max,
        class: 'field native',
        onInput: take,
        onBlur: leave,
      })
  },
})

/** One of `items`, by its place among them; -1 for none. `none` are the words of that, and take it back. */
export const NativeChoice = defineComponent({
  props: {
    items: { type: Array as () => string[], required: true },
    at: { type: Number, required: true },
    none: { type: String, default: '' },
  },
  emits: { change: (at: number) => at >= -1 },
  setup(props, { emit }) {
    const options = () => [
      ...(props.none || props.at < 0 ? [h('option', { value: UNCHOSEN }, props.none)] : []),
      ...props.items.map((item, at) => h('option', { value: String(at) }, item)),
    ]
    const take = (event: Event) => {
      const { value } = event.target as HTMLSelectElement
      emit('change', value === UNCHOSEN ? -1 : Number(value))
    }
    return () =>
      h(
        'select',
        {
          value: props.at < 0 ? UNCHOSEN : String(props.at),
          class: ['field', 'native', { faint: props.at < 0 }],
          onChange: take,
        },
        options(),
      )
  },
})
// #endif
