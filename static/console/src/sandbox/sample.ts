/** A photo for those who have none at hand: drawn on the spot, so that nobody's pictures are needed. */

const WIDTH = 960
const HEIGHT = 720

export async function samplePhoto(): Promise<File> {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  const pen = canvas.getContext('2d')!
  draw(pen)
  const blob = await new Promise<Blob>((done) => canvas.toBlob((made) => done(made!), 'image/jpeg', 0.85))
  return new File([blob], 'sample.jpg', { type: 'image/jpeg' })
}

function draw(pen: CanvasRenderingContext2D) {
  const sky = pen.createLinearGradient(0, 0, 0, HEIGHT)
  sky.addColorStop(0, '#93a6ad')
  sky.addColorStop(1, '#d9dedb')
  box(pen, sky, 0, 0, WIDTH, HEIGHT)
  box(pen, '#7b8486', 0, 520, WIDTH, 200)
  for (let shelf = 0; shelf < 3; shelf += 1) {
    const left = 90 + shelf * 270
    box(pen, '#3d5a80', left, 130, 14, 400)
    box(pen, '#3d5a80', left + 206, 130, 14, 400)
    for (let board = 0; board < 3; board += 1) {
      box(pen, '#e07a3f', left, 240 + board * 130, 220, 12)
      box(pen, '#b98a5a', left + 24, 180 + board * 130, 76, 60)
      if (shelf + board !== 3) box(pen, '#c79c6d', left + 112, 164 + board * 130, 84, 76)
    }
  }
  pen.save()
  pen.translate(560, 560)
  pen.rotate(0.4)
  box(pen, '#c79c6d', -42, -38, 84, 76)
  pen.restore()
  box(pen, '#f2b705', 0, 668, WIDTH, 10)
  pen.fillStyle = '#ffffffd9'
  pen.font = '30px sans-serif'
  pen.fillText('示例照片 · 成品仓库 7 号门', 28, 708)
}

function box(
  pen: CanvasRenderingContext2D,
  colour: string | CanvasGradient,
  x: number,
  y: number,
  width: number,
  height: number,
) {
  pen.fillStyle = colour
  pen.fillRect(x, y, width, height)
}
