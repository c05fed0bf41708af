/** Where Debian's Chromium package puts SwiftShader, a Vulkan driver that runs on any CPU. */
export const SWIFTSHADER_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
