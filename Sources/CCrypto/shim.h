#pragma once
// SHA1_Update and its like have no successor whose state can be copied without memory of its own.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
