"""What the test of gunicorn serves: the real application with a fake inbox."""

from tests.web.door import Doors

app = Doors().client.application
