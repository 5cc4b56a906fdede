/* SPDX-License-Identifier: Apache-2.0 */
/* What folder.c holds. */
#pragma once

#include "store/files.h"

#define FOLDER_FILES    6
#define FOLDER_FILE_MAX 4096

struct folder_file {
	char name[FILE_NAME_SIZE]; /* "": none */
	size_t n;
	uint8_t b[FOLDER_FILE_MAX];
};
extern struct folder_file folder_files[FOLDER_FILES];

/* Makes or empties one; NULL if there is no room. */
struct folder_file *folder_make(const char *name);
