// A Vulkan layer that fails on demand, to see what becomes of the program above it. It reads one
// word from the file that PERHAPS_FAULT names, at each call, so that a test can change its mind:
//   memory   vkAllocateMemory has none left
//   full     vkQueueSubmit has none left
//   lost     vkQueueSubmit finds the device gone
//   crash    vkQueueSubmit kills the process, as a driver with a bug would
//   wrong    vkCmdDispatch leaves out every seventh piece of work
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vulkan/vk_layer.h>
#include <vulkan/vulkan.h>

#define NAME "VK_LAYER_PERHAPS_fault"

static PFN_vkGetInstanceProcAddr next_instance_proc;
static PFN_vkGetDeviceProcAddr next_device_proc;
static PFN_vkAllocateMemory next_allocate;
static PFN_vkQueueSubmit next_submit;
static PFN_vkCmdDispatch next_dispatch;
static VkInstance instance_handle;

static int wants(const char* fault) {
    const char* path = getenv("PERHAPS_FAULT");
    FILE* file = path ? fopen(path, "r") : NULL;
    char word[16] = "";
    if (!file) return 0;
    if (!fgets(word, sizeof word, file)) word[0] = '\0';
    fclose(file);
    return strncmp(word, fault, strlen(fault)) == 0;
}

static VKAPI_ATTR VkResult VKAPI_CALL allocate(VkDevice device, const VkMemoryAllocateInfo* info,
                                               const VkAllocationCallbacks* callbacks,
                                               VkDeviceMemory* memory) {
    if (wants("memory")) return VK_ERROR_OUT_OF_DEVICE_MEMORY;
    return next_allocate(device, info, callbacks, memory);
}

static VKAPI_ATTR VkResult VKAPI_CALL submit(VkQueue queue, uint32_t count,
                                             const VkSubmitInfo* submits, VkFence fence) {
    if (wants("full")) return VK_ERROR_OUT_OF_DEVICE_MEMORY;
    if (wants("lost")) return VK_ERROR_DEVICE_LOST;
    if (wants("crash")) raise(SIGSEGV);
    return next_submit(queue, count, submits, fence);
}

static VKAPI_ATTR void VKAPI_CALL dispatch(VkCommandBuffer commands, uint32_t x, uint32_t y,
                                           uint32_t z) {
    static int calls = 0;
    if (++calls % 7 == 0 && wants("wrong")) return;
    next_dispatch(commands, x, y, z);
}

static void* chain(const void* next, VkStructureType type) {
    const VkLayerInstanceCreateInfo* link = next;
    while (link && !(link->sType == type && link->function == VK_LAYER_LINK_INFO)) {
        link = link->pNext;
    }
    return (void*)link;
}

static VKAPI_ATTR VkResult VKAPI_CALL create_instance(const VkInstanceCreateInfo* info,
                                                      const VkAllocationCallbacks* callbacks,
                                                      VkInstance* instance) {
    VkLayerInstanceCreateInfo* link =
        chain(info->pNext, VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO);
    next_instance_proc = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    PFN_vkCreateInstance create =
        (PFN_vkCreateInstance)next_instance_proc(VK_NULL_HANDLE, "vkCreateInstance");
    VkResult result = create(info, callbacks, instance);
    instance_handle = *instance;
    return result;
}

static VKAPI_ATTR VkResult VKAPI_CALL create_device(VkPhysicalDevice physical,
                                                    const VkDeviceCreateInfo* info,
                                                    const VkAllocationCallbacks* callbacks,
                                                    VkDevice* device) {
    VkLayerDeviceCreateInfo* link = chain(info->pNext, VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO);
    next_device_proc = link->u.pLayerInfo->pfnNextGetDeviceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    PFN_vkCreateDevice create =
        (PFN_vkCreateDevice)next_instance_proc(instance_handle, "vkCreateDevice");
    VkResult result = create(physical, info, callbacks, device);
    if (result != VK_SUCCESS) return result;
    next_allocate = (PFN_vkAllocateMemory)next_device_proc(*device, "vkAllocateMemory");
    next_dispatch = (PFN_vkCmdDispatch)next_device_proc(*device, "vkCmdDispatch");
    next_submit = (PFN_vkQueueSubmit)next_device_proc(*device, "vkQueueSubmit");
    return result;
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL device_proc(VkDevice device, const char* name) {
    if (!strcmp(name, "vkGetDeviceProcAddr")) return (PFN_vkVoidFunction)device_proc;
    if (!strcmp(name, "vkAllocateMemory")) return (PFN_vkVoidFunction)allocate;
    if (!strcmp(name, "vkQueueSubmit")) return (PFN_vkVoidFunction)submit;
    if (!strcmp(name, "vkCmdDispatch")) return (PFN_vkVoidFunction)dispatch;
    return next_device_proc(device, name);
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL instance_proc(VkInstance instance,
                                                              const char* name) {
    if (!strcmp(name, "vkGetInstanceProcAddr")) return (PFN_vkVoidFunction)instance_proc;
    if (!strcmp(name, "vkCreateInstance")) return (PFN_vkVoidFunction)create_instance;
    if (!strcmp(name, "vkCreateDevice")) return (PFN_vkVoidFunction)create_device;
    if (!strcmp(name, "vkGetDeviceProcAddr")) return (PFN_vkVoidFunction)device_proc;
    if (!strcmp(name, "vkAllocateMemory")) return (PFN_vkVoidFunction)allocate;
    if (!strcmp(name, "vkQueueSubmit")) return (PFN_vkVoidFunction)submit;
    if (!strcmp(name, "vkCmdDispatch")) return (PFN_vkVoidFunction)dispatch;
    return next_instance_proc ? next_instance_proc(instance, name) : NULL;
}

VKAPI_ATTR VkResult VKAPI_CALL
vkNegotiateLoaderLayerInterfaceVersion(VkNegotiateLayerInterface* wanted) {
    wanted->loaderLayerInterfaceVersion = 2;
    wanted->pfnGetInstanceProcAddr = instance_proc;
    wanted->pfnGetDeviceProcAddr = device_proc;
    wanted->pfnGetPhysicalDeviceProcAddr = NULL;
    return VK_SUCCESS;
}
