//! The running program's descriptor: typed views of what the compiler wrote.
// The descriptor's arrays are addresses; turning them into slices is unsafe.
#![allow(unsafe_code)]

use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use wasmc_abi::app::{AppDescriptor, Array, MemoryDescriptor, Region, Run};

/// [`wasmc_abi::symbols::DECOMPRESS`]. Both ranges must be valid and apart.
pub type Decompress =
    unsafe extern "C" fn(from: *const u8, from_bytes: u64, to: *mut u8, to_bytes: u64) -> bool;

/// [`wasmc_abi::symbols::MOVE_PAGES`]. Both ranges must be whole pages, and nothing
/// may refer to what they hold.
pub type MovePages = unsafe extern "C" fn(source: u64, target: u64, len_bytes: u64) -> bool;

/// [`wasmc_abi::symbols::MAP_SINGLE_PAGES`].
pub type MapSinglePages = extern "C" fn(page_bytes: u64);

/// The one program of this process. Its arrays are part of the executable,
/// hence `'static`.
#[derive(Clone, Copy)]
pub struct App {
    descriptor: &'static AppDescriptor,
}

static CURRENT: AtomicPtr<AppDescriptor> = AtomicPtr::new(core::ptr::null_mut());
static ORIGIN: AtomicU64 = AtomicU64::new(0);

impl App {
    /// # Safety
    /// Every array of the descriptor must be valid for the life of the process,
    /// as it is in one that the compiler wrote and the start relocated.
    pub unsafe fn new(descriptor: &'static AppDescriptor) -> App {
        App { descriptor }
    }

    /// Makes this the program that traps and memory growth consult.
    pub fn set_current(self, origin: u64) {
        ORIGIN.store(origin, Ordering::Relaxed);
        CURRENT.store(core::ptr::from_ref(self.descriptor).cast_mut(), Ordering::Relaxed);
    }

    /// The program that [`App::set_current`] named.
    pub fn current() -> Option<App> {
        // SAFETY: only `set_current` stores here, and it has an `App`.
        let descriptor = unsafe { CURRENT.load(Ordering::Relaxed).cast_const().as_ref() }?;
        Some(App { descriptor })
    }

    pub fn descriptor(self) -> &'static AppDescriptor {
        self.descriptor
    }

    pub fn is_checked(self) -> bool {
        self.descriptor.memory_is_checked != 0
    }

    /// What reads compressed data, if there is any.
    pub fn decompress(self) -> Option<Decompress> {
        let address = self.descriptor.decompress;
        // SAFETY: `new` requires a function of this type, or 0.
        (address != 0).then(|| unsafe { core::mem::transmute::<u64, Decompress>(address) })
    }

    /// What moves pages, if there are such.
    pub fn move_pages(self) -> Option<MovePages> {
        let address = self.descriptor.move_pages;
        // SAFETY: `new` requires a function of this type, or 0.
        (address != 0).then(|| unsafe { core::mem::transmute::<u64, MovePages>(address) })
    }

    /// What keeps pages from being mapped with their neighbours, if that is wanted.
    pub fn map_single_pages(self) -> Option<MapSinglePages> {
        let address = self.descriptor.map_single_pages;
        // SAFETY: as above.
        (address != 0).then(|| unsafe { core::mem::transmute::<u64, MapSinglePages>(address) })
    }

    /// What decides between versions of functions, if there are such. It can be
    /// written until relocated data becomes read-only.
    pub fn cpu_choice(self) -> Option<&'static AtomicU32> {
        // SAFETY: `new` requires the address of a word for the life of the process, or 0.
        unsafe { (self.descriptor.cpu_choice as *const AtomicU32).as_ref() }
    }

    /// See [`wasmc_abi::sites`].
    pub fn trap_sites(self) -> &'static [u8] {
        // SAFETY: `new` requires valid arrays of these types.
        unsafe { slice(self.descriptor.trap_sites) }
    }

    pub fn function_offsets(self) -> &'static [u32] {
        // SAFETY: as above.
        unsafe { slice(self.descriptor.function_offsets) }
    }

    /// See [`wasmc_abi::sites`].
    pub fn functions(self) -> &'static [u8] {
        // SAFETY: as above.
        unsafe { slice(self.descriptor.functions) }
    }

    pub fn regions(self) -> &'static [Region] {
        // SAFETY: as above.
        unsafe { slice(self.descriptor.regions) }
    }

    /// The initial contents of one of [`App::regions`].
    pub fn runs(self, region: &'static Region) -> &'static [Run] {
        // SAFETY: as above; a `'static` region is the descriptor's own.
        unsafe { slice(region.runs) }
    }

    /// The bytes of one of [`App::runs`].
    pub fn run_bytes(self, run: &'static Run) -> &'static [u8] {
        // SAFETY: as above.
        unsafe { slice(run.data) }
    }

    pub fn memories(self) -> &'static [MemoryDescriptor] {
        // SAFETY: as above.
        unsafe { slice(self.descriptor.memories) }
    }

    /// See [`wasmc_abi::config`].
    pub fn config(self) -> &'static [u8] {
        // SAFETY: as above.
        unsafe { slice(self.descriptor.config) }
    }

    /// See [`wasmc_abi::embed`].
    pub fn embedded(self) -> &'static [u8] {
        // SAFETY: as above.
        unsafe { slice(self.descriptor.embedded) }
    }
}

/// The address of the first linear memory.
pub fn origin() -> u64 {
    ORIGIN.load(Ordering::Relaxed)
}

/// # Safety
/// The array must hold that many valid `T`s for the life of the process.
unsafe fn slice<T>(array: Array) -> &'static [T] {
    if array.count == 0 {
        return &[];
    }
    // SAFETY: the caller vouches for the array.
    unsafe { core::slice::from_raw_parts(array.address as *const T, array.count as usize) }
}
