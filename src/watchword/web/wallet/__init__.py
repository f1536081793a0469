"""The pages of the customer's own side. They work without script; script adds to them."""

from watchword.web.wallet import arrivals, devices, door, home, offline, passkeys, profile, vouchers

routes = [
    *door.routes,
    *arrivals.routes,
    *home.routes,
    *devices.routes,
    *profile.routes,
    *passkeys.routes,
    *offline.routes,
    *vouchers.routes,
]
