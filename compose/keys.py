"""The keys of a Compose file, for suggestions: https://docs.docker.com/reference/compose-file/"""

from compose.support import table

TOP_LEVEL_KEYS = tuple(table.TOP_LEVEL)
BUILD_KEYS = tuple(table.BUILD)
SERVICE_KEYS = tuple(table.SERVICE)
