from trigger_ad.notebook.figures import Figures as Figures
from trigger_ad.notebook.loading import load_config as load_config
from trigger_ad.notebook.loading import load_model as load_model
from trigger_ad.notebook.loading import load_run as load_run
from trigger_ad.notebook.loading import load_scan as load_scan
from trigger_ad.notebook.loading import models as models
from trigger_ad.notebook.loading import open_events as open_events
from trigger_ad.notebook.loading import run_config as run_config
from trigger_ad.notebook.loading import samples as samples
from trigger_ad.notebook.run import Run as Run

__version__: str
