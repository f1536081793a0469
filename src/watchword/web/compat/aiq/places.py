"""Where the calls of Alpine IQ are answered, and where their key is looked for."""

from watchword.web.authentication import KEY_HEADER

PATH = "/compat/aiq/api"
REDEMPTIONS = PATH + "/v1.1/redemptions"
HERE = {KEY_HEADER: "X-APIKEY"}
