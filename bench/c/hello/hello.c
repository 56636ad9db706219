// Says hello, as a module and as native code, for the time to start.
#include <stdio.h>

int main(void) {
    puts("Hello, world");
    return 0;
}
