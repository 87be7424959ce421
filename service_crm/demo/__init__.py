from . import service_demo
from . import contract_demo
