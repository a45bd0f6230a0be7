#pragma once
/* The constants and types of PKCS #11 alone: the functions are those of the module that is loaded. */
#include <p11-kit/pkcs11.h>
